// Uploads a file with tus-js-client over mutual TLS: node upload.mjs URL FILE PACKET AUTHORIZATION TRUST_FOLDER
import fs from "node:fs";
import https from "node:https";
import * as tus from "tus-js-client";

const [url, path, packet, authorization, trust] = process.argv.slice(2);
const agent = new https.Agent({
  ca: fs.readFileSync(`${trust}/authority.pem`),
  cert: fs.readFileSync(`${trust}/kit.pem`),
  key: fs.readFileSync(`${trust}/kit.key`),
  keepAlive: true,
});
const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint: url,
  uploadSize: fs.statSync(path).size,
  chunkSize: 100_000,
  metadata: { packet },
  headers: { Authorization: authorization },
  httpStack: new tus.DefaultHttpStack({ agent }),
  retryDelays: [],
  onError: (error) => { console.error(String(error)); process.exit(1); },
  onSuccess: () => { console.log("stored"); process.exit(0); },
});
upload.start();
