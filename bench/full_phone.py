"""Fills a signed-in phone's own store as a year of work would: half of it recorded here, half come from others."""

from __future__ import annotations

from tests.browser.phone import Phone

# Copies of what is there, under ids of their own; the journal goes on without a hole.
FILL = """async (records) => {
  const open = (name) => new Promise((done) => {
    indexedDB.open(name).onsuccess = ({ target }) => done(target.result);
  });
  const all = (store) => new Promise((done) => { store.getAll().onsuccess = ({ target }) => done(target.result); });
  const end = (tx) => new Promise((done, failed) => {
    tx.oncomplete = () => done();
    tx.onabort = () => failed(tx.error);
  });
  const journal = await open('silian-journal');
  let tx = journal.transaction(['devices', 'entries'], 'readwrite');
  const [device] = await all(tx.objectStore('devices'));
  const written = (await all(tx.objectStore('entries'))).filter(({ payload }) => !payload.photos?.length);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  for (let n = 0; n < records / 2; n++) {
    const { status: _, ...entry } = written[n % written.length];
    const applied = n < records / 2 - 50 ? { status: 'applied', settled_at: yesterday } : {};
    const payload = { ...entry.payload, opinion_id: crypto.randomUUID() };
    const made = { ...entry, ...applied, id: crypto.randomUUID(), seq: device.last + 1 + n, payload };
    tx.objectStore('entries').put(made);
  }
  tx.objectStore('devices').put({ ...device, last: device.last + Math.ceil(records / 2) });
  await end(tx);
  journal.close();
  const silian = await open('silian');
  tx = silian.transaction('documents', 'readwrite');
  const kinds = ['opinions', 'visits', 'findings', 'cases', 'cases'];
  const documents = (await all(tx.objectStore('documents'))).filter(({ collection }) => kinds.includes(collection));
  for (let n = 0; n < records / 2; n++) {
    const of = documents.filter(({ collection }) => collection === kinds[n % kinds.length]);
    tx.objectStore('documents').put({ ...of[n % of.length], id: crypto.randomUUID() });
  }
  await end(tx);
  silian.close();
  return [written.length, documents.length];
}"""


def fill(phone: Phone, records: int) -> None:
    copied, shown = phone.page.evaluate(FILL, records)
    if not copied or not shown:
        raise RuntimeError("there was nothing to copy")
