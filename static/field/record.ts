// From what a person did on a screen to a command in the journal.
import type { Phone } from "./phone";
import { stamp, uuid4, uuid7 } from "./ids";
import { add, type Draft, type Saved } from "./journal";
import { read } from "./photo";
import { makeRoom } from "./retention";
import { Problem, type RecordOptions } from "./types";

export async function recordCommand(
  phone: Phone,
  account: string,
  type: string,
  payload: Record<string, any>,
  { blobs = [], supersedes, anonymous, v = 1, draft }: RecordOptions = {},
): Promise<Saved> {
  const { env, journal } = phone;
  const photos = await Promise.all(blobs.map(read));
  await draft?.flush();
  const fresh: Draft = {
    account, type, v, photos,
    id: anonymous ? uuid4(env) : uuid7(env),
    made_at: stamp(env.now()),
    payload: JSON.parse(JSON.stringify(payload)), // exactly what will be sent
    ...(supersedes && { supersedes }),
    ...(anonymous && { anonymous: true as const }),
    ...(draft && { form: draft.name }),
  };
  try {
    return await add(journal, fresh);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "phone_full" || !(await makeRoom(journal, account))) throw error;
  }
  return add(journal, fresh);
}
