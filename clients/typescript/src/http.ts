/** Asking over HTTP, and the two ways in which an answer can fail to come. */

export type Token = () => string | Promise<string>;

export interface Timing {
  /** How long an HTTP request may take. */
  readonly requestMs: number;
  /** How long the feed may be silent. The server sends a heartbeat every ten seconds. */
  readonly silenceMs: number;
  /** The longest first pause before trying again; it doubles with each failure in a row. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const USUAL_TIMING: Timing = {
  requestMs: 15_000,
  silenceMs: 30_000,
  firstPauseMs: 500,
  longestPauseMs: 30_000,
};

export interface Server {
  /** The address of `/graphql`, beginning with http or https. */
  readonly url: string;
  readonly token: Token;
  readonly timing: Timing;
}

/** A no that asking again would not change: `code` is the server's. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "Refused";
  }
}

/** No answer, or none that can be read. What was asked may have been done: ask again. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface GraphQLFailure {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown } | undefined;
}

const PASSING_CODES = new Set<unknown>(["UNAVAILABLE", "TIMEOUT", "INTERNAL", "CLOSING"]);
const PASSING_STATUSES = new Set([408, 425, 429]);

export function failure(errors: readonly GraphQLFailure[]): Refused | Unreachable {
  const message = errors.map((error) => error.message).join(" ");
  const code = errors[0]?.extensions?.code ?? "BAD_REQUEST";
  return PASSING_CODES.has(code) ? new Unreachable(message) : new Refused(String(code), message);
}

/** The data of an operation; throws Refused or Unreachable. */
export async function ask<Data>(server: Server, query: string, variables: object): Promise<Data> {
  const { status, body } = await post(server, JSON.stringify({ query, variables }));
  if (status >= 500 || PASSING_STATUSES.has(status)) {
    throw new Unreachable(`The server answered ${status}.`);
  }
  const answer = parse<Data>(body);
  if (answer.errors?.length) throw failure(answer.errors);
  if (answer.data) return answer.data;
  throw new Unreachable(`The server answered ${status} without data.`);
}

async function post(server: Server, body: string): Promise<{ status: number; body: ArrayBuffer }> {
  try {
    return await within(server.timing.requestMs, async (signal) => {
      const authorization = `Bearer ${await server.token()}`;
      const headers = { authorization, "content-type": "application/json" };
      const response = await fetch(server.url, { method: "POST", headers, body, signal });
      return { status: response.status, body: await response.arrayBuffer() };
    });
  } catch (error) {
    throw new Unreachable("The server cannot be reached.", { cause: error });
  }
}

/** Not the signal alone: Node's fetch can lose sight of it while the body comes. */
async function within<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(new Error("There was no answer in time."));
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function parse<Data>(body: ArrayBuffer): { data?: Data; errors?: GraphQLFailure[] } {
  try {
    // Not response.json(): it turns broken bytes into question marks and carries on.
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw new Unreachable("The answer cannot be read.", { cause: error });
  }
}

/** Wait a random part of a time that doubles with each failure, so that clients spread out. */
export function backOff(timing: Timing, failures: number, closing: AbortSignal): Promise<void> {
  const longest = Math.min(timing.longestPauseMs, timing.firstPauseMs * 2 ** failures);
  return pause(Math.random() * longest, closing);
}

export function pause(milliseconds: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      closing.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    closing.addEventListener("abort", done);
    if (closing.aborted) done();
  });
}
