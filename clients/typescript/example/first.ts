/** Follows the first schedule of the first restaurant and gives somebody an early shift. */

import { WebSocket } from "ws";

import { follow } from "../src/follow.js";
import { ask, USUAL_TIMING } from "../src/http.js";

const url = process.env["URL"] ?? "http://127.0.0.1:8000/graphql";
const token = () => process.env["TOKEN"] ?? "";

interface Restaurants {
  restaurants: {
    id: string;
    staff: { id: string }[];
    schedules: { edges: { node: { id: string; start: string } }[] };
  }[];
}

const query = `{
  restaurants { id staff { id } schedules(first: 1) { edges { node { id start } } } }
}`;
const server = { url, token, timing: USUAL_TIMING };
const [restaurant] = (await ask<Restaurants>(server, query, {})).restaurants;
const [person] = restaurant?.staff ?? [];
const [schedule] = restaurant?.schedules.edges ?? [];
if (!restaurant || !person || !schedule) throw new Error("There is no schedule to follow.");

const store = follow({
  url,
  token,
  restaurantId: restaurant.id,
  scheduleId: schedule.node.id,
  onChangeSet: ({ revision }, origin) => console.log(`revision ${revision} is ${origin}`),
  webSocketImpl: WebSocket,
});
const { id: staffId } = person;
const { start: date } = schedule.node;

await new Promise<void>((resolve) => {
  const stop = store.subscribe(() => {
    if (store.state.connection !== "live") return;
    stop();
    resolve();
  });
});
const written = store.setShifts([{ staffId, date, shiftType: "early" }]);
console.log(`shown at once, ${store.state.pendingEdits} pending`);
console.log(await written);
store.close();
