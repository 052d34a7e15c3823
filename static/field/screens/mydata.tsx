import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Problem } from "../engine";
import { env } from "../here";
import { pace } from "../running";
import { correct, erase, mine, withdraw, type Erased, type Mine } from "../mydata";
import { Ask } from "../parts/ask";
import { roleWord } from "../parts/me";
import { Page } from "../parts/page";
import { Plate, placeWords } from "../parts/places";
import { Alarm, problemWords, useSaving } from "../parts/save";
import { has, t, tCode, when } from "../words";

const KINDS = ["cases", "opinions", "visits", "findings", "patrols", "claims", "track_points", "alerts"] as const;

export function MyData() {
  const held = useSignal<Mine | null>(null);
  const trouble = useSignal("");
  const load = async () => {
    try {
      held.value = await mine(env);
      trouble.value = "";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      trouble.value = problemWords(error);
    }
  };
  useEffect(() => void load(), []);
  return (
    <Page title={t("mydata")} back={["settings"]}>
      <p class="said">{t("mydata.said")}</p>
      {trouble.value && <div class="alarm" role="alert"><p>{trouble.value}</p></div>}
      {trouble.value && <button class="btn gap" type="button" onClick={() => void load()}>{t("mydata.again")}</button>}
      {held.value && <Held held={held.value} load={load} />}
    </Page>
  );
}

/** Where this person is a resident: what is held about the household is in the counts. */
const doors = (held: Mine): string[] =>
  ((held.household ?? []) as { unit: string; door: string }[]).map(({ unit, door }) => placeWords({ grid_code: unit, position: null, text: door }));

function Held({ held, load }: { held: Mine; load: () => Promise<void> }) {
  const standing = held.consents.filter((one) => !one.withdrawn_at).length;
  return (
    <>
      <section class="sheet" aria-labelledby="held">
        <h2 class="title" id="held">{t("mydata.held")}</h2>
        <dl class="facts">
          {doors(held).map((door) => <><dt>{t("mydata.household")}</dt><dd><Plate>{door}</Plate></dd></>)}
          {KINDS.filter((kind) => held[kind]?.length).map((kind) => (
            <><dt>{t(`mydata.${kind}`)}</dt><dd>{held[kind].length}</dd></>
          ))}
          <dt>{t("mydata.consents")}</dt><dd>{standing}</dd>
        </dl>
        <p><a class="btn small" href="/privacy/mine.html">{t("mydata.read")}</a></p>
        <p><a class="btn small" href="/privacy/mine" download="silian.json">{t("mydata.take")}</a></p>
      </section>
      <Looks looks={held.looks} />
      <Rename name={held.account.name} load={load} />
      {standing > 0 && <Withdraw load={load} />}
      <Erase load={load} />
    </>
  );
}

const Looks = ({ looks }: { looks: Mine["looks"] }) => (
  <section class="sheet" aria-labelledby="looks">
    <h2 class="title" id="looks">{t("mydata.looks")}</h2>
    {looks.length ? (
      <ul class="rows">
        {looks.slice(0, 20).map((one) => (
          <li key={one.at + one.who}>
            <p>{one.who ?? t("mydata.nobody")}{one.role && t("comma") + roleWord(one.role)}</p>
            <p class="meta">{when(one.at)}{has(`mydata.how.${one.how}`) && t("comma") + tCode("mydata.how", one.how)}</p>
          </li>
        ))}
      </ul>
    ) : <p class="said">{t("mydata.looks.none")}</p>}
  </section>
);

function Rename({ name, load }: { name: string; load: () => Promise<void> }) {
  const typed = useSignal(name);
  const saving = useSaving();
  const submit = (event: Event) => {
    event.preventDefault();
    if (!typed.value.trim() || typed.value.trim() === name) return;
    void saving.run(async () => {
      await correct(env, typed.value.trim());
      await load();
    });
  };
  return (
    <form class="sheet" onSubmit={submit}>
      <label class="title" for="my-name">{t("mydata.name")}</label>
      <input class="field" id="my-name" maxLength={60} value={typed.value} onInput={(e) => (typed.value = e.currentTarget.value)} />
      <Alarm saving={saving} />
      <button class="btn" type="submit">{t("mydata.correct")}</button>
    </form>
  );
}

function Withdraw({ load }: { load: () => Promise<void> }) {
  const saving = useSaving();
  const go = () =>
    void saving.run(async () => {
      await withdraw(env);
      await load();
      pace.kick(true);
    });
  return (
    <section class="sheet">
      <p class="said">{t("mydata.withdraw.said")}</p>
      <Alarm saving={saving} />
      <button class="btn" type="button" onClick={go}>{t("mydata.withdraw")}</button>
    </section>
  );
}

function Erase({ load }: { load: () => Promise<void> }) {
  const asked = useSignal(false);
  const done = useSignal<Erased | null>(null);
  const saving = useSaving();
  const go = () =>
    void saving.run(async () => {
      done.value = await erase(env);
      asked.value = false;
      await load();
      pace.kick(true);
    });
  return (
    <section class="sheet" aria-labelledby="erase">
      <h2 class="title" id="erase">{t("mydata.erase")}</h2>
      {done.value && (
        <div role="status">
          <p>{done.value.deleted.length ? t("mydata.deleted") + done.value.deleted.map(({ kind, n }) => `${kind} ${n}`).join(t("list.comma")) : t("mydata.deleted.none")}</p>
          {done.value.stays.map(({ kind, n, why }) => <p class="meta" key={kind + why}>{t("mydata.stays", { kind, n })}{why}</p>)}
        </div>
      )}
      <Alarm saving={saving} />
      {asked.value ? (
        <Ask question={t("mydata.erase.ask")} yes={t("mydata.erase.yes")} no={t("mydata.erase.no")} onYes={go} onNo={() => (asked.value = false)} />
      ) : (
        <>
          <p class="said">{t("mydata.erase.said")}</p>
          <button class="btn" type="button" onClick={() => (asked.value = true)}>{t("mydata.erase")}</button>
        </>
      )}
    </section>
  );
}
