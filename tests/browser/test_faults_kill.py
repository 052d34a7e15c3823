"""The battery falls out while somebody saves, again and again: what was said to be saved is there, once."""

from __future__ import annotations

import os
import random
import time
from collections import Counter

from .phone import Phone
from .steps import journal, rows, sign_in, texts, wait, write

SLOW = bool(os.environ.get("SLOW"))
ACKNOWLEDGED = 1000 if SLOW else 100
KILLS_AT_LEAST = 20 if SLOW else 4
# Writes, saves, waits for the word, says so, and begins again, as fast as the screen follows.
SAVE_ON_AND_ON = """(round) => {
  const until = async (look) => {
    for (;;) {
      const found = look();
      if (found) return found;
      await new Promise((next) => setTimeout(next, 2));
    }
  };
  const go = async () => {
    for (let n = 0; ; n++) {
      const field = await until(() => document.querySelector("#text"));
      field.value = `killed ${round} ${n}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      document.querySelector("input[value=facilities]").click();
      await new Promise((next) => setTimeout(next, 2));
      document.querySelector("button[form=form]").click();
      await until(() => document.body.innerText.includes("存好了，在手机里"));
      console.log(`acknowledged killed ${round} ${n}`);
      [...document.querySelectorAll("button")].find((button) => button.innerText.includes("再记一条")).click();
    }
  };
  void go();
}"""
DRAFT = "() => new Promise((done) => setTimeout(() => done(document.querySelector('#text').value), 300))"


def hear(phone: Phone, acknowledged: list[str]) -> None:
    def note(message) -> None:
        if message.text.startswith("acknowledged "):
            acknowledged.append(message.text.removeprefix("acknowledged "))

    phone.page.on("console", note)


def test_whatever_was_said_to_be_saved_survives_every_kill_and_arrives_once(phone, silian):
    sign_in(phone, silian, "grid1")
    phone.restart()  # Chromium writes its cookies to the disk every half minute, and when it is closed in order
    phone.offline()
    dice = random.Random(20261124)
    acknowledged: list[str] = []
    kills = 0
    while len(acknowledged) < ACKNOWLEDGED or kills < KILLS_AT_LEAST:
        page = phone.open("#/opinion")
        page.locator("#text").wait_for()
        hear(phone, acknowledged)
        page.evaluate(SAVE_ON_AND_ON, kills)
        page.wait_for_timeout(dice.uniform(200, 2500))
        phone.kill()
        kills += 1
        page = phone.open("#/opinion")
        page.locator("#text").wait_for()
        kept = Counter(texts(phone))
        missing = [text for text in acknowledged if text not in kept]
        assert not missing, f"after kill {kills}: {missing}"
        assert max(kept.values()) == 1, "something was saved twice"
        assert page.evaluate(DRAFT) not in kept, "a saved record's draft is still there to be saved once more"
    seqs = [entry["seq"] for entry in journal(phone)]
    assert seqs == list(range(1, len(seqs) + 1))

    phone.online()
    count = "SELECT body ->> 'text', count(*) FROM opinion WHERE body ->> 'text' LIKE 'killed %' GROUP BY 1"
    assert wait(lambda: len(rows(silian, count)) == len(kept), seconds=60)
    assert dict(rows(silian, count)) == dict(kept)
    print(f"{len(acknowledged)} acknowledged, {len(kept)} kept, {kills} kills")


# The moment after a record is on the disk is the last one.
DIES_ON_SAVE = """
const real = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = real.call(this, stores, mode, options);
  if (window.dies && mode === "readwrite" && [...stores].includes("entries")) {
    transaction.addEventListener("complete", () => { for (;;); });
  }
  return transaction;
};
"""


def test_a_kill_right_after_the_save_leaves_no_draft_to_be_saved_once_more(phone, silian):
    phone.page.add_init_script(DIES_ON_SAVE)
    sign_in(phone, silian, "grid1")
    phone.restart()
    phone.page.add_init_script(DIES_ON_SAVE)
    phone.offline()
    phone.open("#/opinion")
    write(phone, "最后一口气写的")
    phone.page.evaluate(
        """async () => {
            await new Promise((next) => setTimeout(next, 500)); // the draft is on the disk by now
            window.dies = true;
            setTimeout(() => document.querySelector("button[form=form]").click());
        }"""
    )
    time.sleep(2)
    phone.kill()
    page = phone.open("#/opinion")
    page.locator("#text").wait_for()
    assert texts(phone) == ["最后一口气写的"]
    assert page.evaluate(DRAFT) == ""
