import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Inherited by the processes that tests start: most of what they do is to strip types and to compile the same modules.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '.cache/compiled')

const include = ['packages/*/{src,test}/**/*.test.ts', 'examples/*/test/**/*.test.ts']

/** Files that look at the whole process, or change it: its heap, handles, signals, environment, globals, loaded modules. */
const ownProcess = [
  'packages/*/{src,test}/**/heap.test.ts',
  'packages/*/{src,test}/**/server-heap.test.ts',
  'packages/*/{src,test}/**/server-stress.test.ts',
  'packages/*/{src,test}/**/load-undici.test.ts',
  'packages/*/{src,test}/**/log/destination.test.ts',
  'packages/*/{src,test}/**/memory-bus.test.ts',
  'packages/*/{src,test}/**/timer-wheel.test.ts',
  'packages/*/{src,test}/**/draining-streams.test.ts',
  'packages/*/{src,test}/**/listening.test.ts',
  'packages/*/{src,test}/**/phases.test.ts',
  'packages/*/{src,test}/**/pretty.test.ts',
  'packages/*/{src,test}/**/warm.test.ts',
  'packages/*/{src,test}/**/two-copies.test.ts',
  'packages/*/{src,test}/**/frame/shared.test.ts',
  'examples/quickstart/test/contract.test.ts',
]

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    // For tests that hang. What a busy machine makes slow is not wrong, so no limit of time is close to what a test takes.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Much of the time is waiting: for processes, sockets, timers.
    maxWorkers: '100%',
    maxConcurrency: 20,
    globalSetup: 'packages/db/test/start-postgres.ts',
    projects: [
      // Loading core and the test runner anew for each file takes longer than most files.
      { extends: true, test: { name: 'shared', include, exclude: ownProcess, isolate: false } },
      { extends: true, test: { name: 'own process', include: ownProcess } },
    ],
  },
})
