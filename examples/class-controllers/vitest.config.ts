import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Types of parameters, which say what constructors need, as tsc writes them.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
})
