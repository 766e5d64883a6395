import type { OptionKind } from '../errors/index.ts'

/** The origin under which callers reach an app. */
export interface PublicOrigin {
  /** `http` or `https`. */
  readonly scheme: string
  /** With the port, unless it is the default of the scheme. */
  readonly host: string
  readonly origin: string
}

/** The kind of the option `publicUrl`. */
export const PUBLIC_URL_KIND: OptionKind = {
  what: "the URL of an origin like 'https://shop.example'",
  test: (value) => typeof value === 'string' && toOrigin(value) !== undefined,
  remedy: (value) =>
    typeof value === 'string' && URL.canParse(value)
      ? 'Give only scheme (http or https), host and port: no path, query or user.'
      : "Write scheme and host: 'https://shop.example'.",
}

/**
 * Reads the option `publicUrl`.
 *
 * @returns `http://localhost` without it
 */
export function publicOrigin(publicUrl: string | undefined): PublicOrigin {
  return toOrigin(publicUrl ?? 'http://localhost') ?? publicOrigin(undefined)
}

function toOrigin(text: string): PublicOrigin | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, host, origin, href } = new URL(text)
  const isBare = (protocol === 'http:' || protocol === 'https:') && href === `${origin}/`
  return isBare && !/[?#\\]|^\s|\s$/.test(text) ? { scheme: protocol.slice(0, -1), host, origin } : undefined
}
