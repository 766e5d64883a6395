import { defineConfig } from 'vitest/config'

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: { include: ['packages/*/{src,test}/**/*.test.ts', 'examples/*/test/**/*.test.ts'] },
})
