// Draws every label of a ZPL file with zpl-renderer-js, one file after another: started once, since the renderer takes
// longer to start than to draw. Each line of standard input asks, each line of standard output answers:
//   {"zpl": FILE, "width_mm": …, "height_mm": …, "dots_per_mm": …, "prefix": PREFIX}
//   {"labels": how many were drawn, as PREFIX0.png, PREFIX1.png, …} or {"error": why none was}
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { ready } from "zpl-renderer-js";

async function draw({ zpl, width_mm, height_mm, dots_per_mm, prefix }) {
  const { api } = await ready;
  const pictures = await api.zplToBase64MultipleAsync(readFileSync(zpl, "utf8"), width_mm, height_mm, dots_per_mm);
  pictures.forEach((picture, index) => writeFileSync(`${prefix}${index}.png`, Buffer.from(picture, "base64")));
  return { labels: pictures.length };
}

for await (const asked of createInterface({ input: process.stdin })) {
  const answer = await draw(JSON.parse(asked)).catch((error) => ({ error: String(error?.stack ?? error) }));
  console.log(JSON.stringify(answer));
}
process.exit(0); // the renderer's WebAssembly keeps the event loop alive
