// Scalar's mock server is a library: this serves it. Arguments: the peers' folder, port, document.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, port, document] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(createRequire(`${folder}/package.json`).resolve(name)).href);
const { createMockServer } = await load("@scalar/mock-server");
const { serve } = await load("@hono/node-server");

const app = await createMockServer({ document: JSON.parse(readFileSync(document, "utf8")) });
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(port) });
