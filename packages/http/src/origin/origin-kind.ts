import { ofKind, listOf, type OptionSchema } from '@keelson/core/options'

const ORIGIN = {
  what: "an origin like 'https://app.example'",
  test: (value: unknown): boolean =>
    typeof value === 'string' && /^https?:/.test(value) && URL.parse(value)?.origin === value,
  remedy: () =>
    'Write it as browsers do: scheme and host in lower case, a port that is not the default, no slash.',
}

/** A list of origins, each written as browsers write it (RFC 6454 §6.2). */
export function originsOption(description: string): OptionSchema {
  return listOf(ofKind(ORIGIN, description))
}
