// Calls with baselinker-js of npm: node with_baselinker_js.mjs URL TOKEN FOLDER, FOLDER holding node_modules.
//
// The library has no option for the address: `fetch` is replaced by one that sends what is meant for the library's
// constant to URL. It hands an error on as a reply with the status ERROR; its page tells users to throw it themselves.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [url, token, folder] = process.argv.slice(2);
const CONSTANT = "https://api.baselinker.com/connector.php";
const GROUPS = { getInventories: "products" };

const send = globalThis.fetch;
globalThis.fetch = (address, options) => {
  if (address !== CONSTANT) throw new Error(`a call to ${address}`);
  return send(url, options);
};

const entry = createRequire(`${folder}/`).resolve("baselinker-js");
const { createBaselinkerClient } = await import(pathToFileURL(entry));
const client = createBaselinkerClient({ apiKey: token });

for await (const line of createInterface({ input: process.stdin })) {
  const [method, parameters] = JSON.parse(line);
  let answer;
  try {
    const reply = await client[GROUPS[method] ?? "orders"][method](parameters);
    if (reply.status === "ERROR") throw new Error(`${reply.error_code}: ${reply.error_message}`);
    answer = { reply };
  } catch (error) {
    answer = { error: error.name, said: error.message };
  }
  console.log(JSON.stringify(answer));
}
