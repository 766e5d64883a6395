// Scans a host as MDN's HTTP Observatory does, and writes the result as JSON. A process of its own: Node reads NODE_EXTRA_CA_CERTS once.
import fs from 'node:fs'
import { scan } from '@mdn/mdn-http-observatory'

// The package fetches the list of preloaded hosts when it is installed, which is not allowed here; localhost is not in it.
const { readFileSync } = fs
fs.readFileSync = (path, ...rest) =>
  String(path).endsWith('hsts-preload.json') ? '{}' : readFileSync(path, ...rest)

const { scan: scanned, tests } = await scan(process.argv[2])
const results = Object.entries(tests).map(([name, { result, pass }]) => [name, { result, pass }])
process.stdout.write(JSON.stringify({ ...scanned, results: Object.fromEntries(results) }))
