// The Node reference server over TLS: node serve.mjs FOLDER; prints its port.
import fs from "node:fs";
import https from "node:https";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const folder = process.argv[2];
fs.mkdirSync(`${folder}/files`, { recursive: true });
const tus = new Server({ path: "/files", datastore: new FileStore({ directory: `${folder}/files` }) });
const options = { cert: fs.readFileSync(`${folder}/server.pem`), key: fs.readFileSync(`${folder}/server.key`) };
const server = https.createServer(options, (request, response) => tus.handle(request, response));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
