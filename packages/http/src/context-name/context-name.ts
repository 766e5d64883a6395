import { text, type OptionSchema } from '@keelson/core/options'

/** The option `as`, for what may stand twice in a plan: the name of what it adds to the context. */
export function contextNameOption(description: string, name: string): OptionSchema {
  return text(description, {
    default: name,
    pattern: '^[A-Za-z_$][\\w$]*$',
    what: "a name that code can write, like 'adminJar'",
  })
}
