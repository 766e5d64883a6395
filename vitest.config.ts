import { defineConfig } from 'vitest/config'

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    // For tests that hang. What a busy machine makes slow is not wrong, so no limit of time is close to what a test takes.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
