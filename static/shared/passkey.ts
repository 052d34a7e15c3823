// Passkeys as WebAuthn has them: what the server says as JSON goes in, what the authenticator answers comes out as JSON.

type Bytes = Uint8Array<ArrayBuffer>;

function bytes(text: string): Bytes {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const raw = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const named = (all: any[] | undefined) => all?.map((one) => ({ ...one, id: bytes(one.id) }));

/** A passkey belongs to the name of a site: an address of mere numbers has none. */
export const canPasskey = (): boolean => typeof PublicKeyCredential !== "undefined" && !/^[\d.]+$|^\[/.test(location.hostname);

/** Makes a new passkey. Throws what the browser throws where the person cancels. */
export async function create(options: any): Promise<string> {
  const publicKey = {
    ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAttestationResponse;
  return told(made, { clientDataJSON: text(answer.clientDataJSON), attestationObject: text(answer.attestationObject) });
}

/** Has a passkey sign; the browser finds which. */
export async function get(options: any): Promise<string> {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) };
  const found = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const answer = found.response as AuthenticatorAssertionResponse;
  return told(found, {
    clientDataJSON: text(answer.clientDataJSON), authenticatorData: text(answer.authenticatorData), signature: text(answer.signature),
    ...(answer.userHandle && { userHandle: text(answer.userHandle) }),
  });
}

const told = (one: PublicKeyCredential, response: object): string =>
  JSON.stringify({ id: one.id, rawId: text(one.rawId), type: one.type, response, clientExtensionResults: {} });
