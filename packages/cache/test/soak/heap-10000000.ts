// Ten million operations and a hundred thousand aborted requests: `node packages/cache/test/soak/heap-10000000.ts`. heap.test.ts does so with fewer.
import { soakAborted, soakOperations } from './flat-heap.ts'

const LIMIT_MIB = 3

const operations = await soakOperations(10_000_000)
const aborted = await soakAborted(100_000)
process.stdout.write(`${JSON.stringify({ operations, aborted }, undefined, 2)}\n`)
if (Math.max(operations.grownMiB, aborted.grownMiB) > LIMIT_MIB) process.exitCode = 1
