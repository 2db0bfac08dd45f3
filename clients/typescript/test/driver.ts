/**
 * Clients for the tests: each line on stdin is a command, each line on stdout what happened.
 *
 * Nothing is judged here; the test on the other side of the pipes does that.
 */

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

import { WebSocket } from "ws";

import type { Problem } from "../src/documents.js";
import { follow, type Options, type State, type Store } from "../src/follow.js";
import type { CellEdit } from "../src/board.js";

// Node 18 has it under another name.
globalThis.crypto ??= webcrypto as Crypto;

/** A socket that is ended while it connects reports an error that nobody waits for any more. */
class Socket extends WebSocket {
  constructor(address: string | URL, protocols?: string | string[]) {
    super(address, protocols);
    this.on("error", () => {});
  }
}

type Command = { readonly client: string } & (
  | ({ readonly do: "follow"; readonly tokens: string[] } & Omit<Options, "token">)
  | { readonly do: "edit"; readonly edit: string; readonly cells: CellEdit[] }
  | { readonly do: "tell"; readonly question: string }
  | { readonly do: "refetch" }
  | { readonly do: "close" }
);

const stores = new Map<string, Store>();

function say(event: string, client: string, more: object): void {
  process.stdout.write(`${JSON.stringify({ event, client, ...more })}\n`);
}

function begin(client: string, tokens: string[], options: Omit<Options, "token">): void {
  const store = follow({
    ...options,
    // The last one is given again and again.
    token: () => (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? "",
    webSocketImpl: Socket,
    onChangeSet: ({ revision, clientMutationId }, origin) =>
      say("taken", client, { revision, clientMutationId, origin }),
    onSnapshot: (position) => say("snapshot", client, position),
  });
  stores.set(client, store);
  let connection = "";
  store.subscribe(() => {
    if (store.state.connection === connection) return;
    connection = store.state.connection;
    say("connection", client, { connection, error: errorOf(store.state) });
  });
}

function errorOf({ error }: State): object | null {
  if (error === null) return null;
  return { code: "code" in error ? error.code : null, message: error.message };
}

async function edit(client: string, name: string, cells: CellEdit[]): Promise<void> {
  const store = stores.get(client);
  if (!store) throw new Error(`there is no client ${client}`);
  const outcome = store.setShifts(cells);
  say("shown", client, { edit: name, cells: shown(store.state) });
  const answer: { status: string; problem?: Problem } = await outcome;
  say("outcome", client, { edit: name, ...answer, cells: shown(store.state) });
}

function shown({ board }: State): object[] {
  return [...(board?.cells.values() ?? [])];
}

const told = new Map<string, Set<object>>();

function tell(client: string, question: string): void {
  const state = stores.get(client)?.state;
  if (!state) throw new Error(`there is no client ${client}`);
  const cells = shown(state);
  const sameObjects = cells.filter((cell) => told.get(client)?.has(cell)).length;
  told.set(client, new Set(cells));
  const board = state.board && { ...state.board, cells };
  say("state", client, { question, ...state, error: errorOf(state), board, sameObjects });
}

function execute(command: Command): void {
  const { do: action, client } = command;
  if (action === "follow") {
    const { tokens, ...options } = command;
    begin(client, tokens, options);
  } else if (action === "edit") void edit(client, command.edit, command.cells);
  else if (action === "tell") tell(client, command.question);
  else if (action === "refetch") stores.get(client)?.refetch();
  else stores.get(client)?.close();
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => execute(JSON.parse(line) as Command));
lines.on("close", () => process.exit(0));
