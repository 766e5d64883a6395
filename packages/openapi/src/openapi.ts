import { createHash } from 'node:crypto'
import { reply, route, type AccessRule, type CheckedApp, type Plugin, type Reply } from '@keelson/core'
import { callSite, checkOptions } from '@keelson/core/options'
import { makePlugin, writtenBy } from '@keelson/core/spi'
import type { OpenApiOptions, OpenApiPluginOptions } from './contract.ts'
import { OPENAPI_OPTIONS } from './option-tables.ts'
import type { DocumentNote } from './served-document.ts'
import { toOpenApi } from './to-open-api.ts'

/**
 * Serves the app's OpenAPI document. It is written once, when the app is checked, so that a route that cannot be described
 * stops the start.
 *
 * @throws {SetupError} at start, like `toOpenApi`
 * @example
 * createApp({ routes: { orders }, plugins: [openapi({ access: 'public', info: { version: '1.2.0' } })] })
 */
export function openapi(options: OpenApiPluginOptions): Plugin {
  checkOptions(OPENAPI_OPTIONS, options, { name: 'openapi', below: openapi })
  const { access, path = '/openapi.json', ...documentOptions } = options
  const file = new ServedText('application/json', access)
  const source = callSite(openapi)
  const parts: Parameters<typeof makePlugin>[0] = {
    name: `openapi ${path}`,
    setup: (app) =>
      app.routes({
        [toRouteName('openapi', path, '/openapi.json')]: writtenBy(
          `openapi() in ${source() ?? 'the app'}`,
          route.get(path, { access, hidden: true }, (ctx) => file.answer(ctx.header('if-none-match'))),
        ),
      }),
    check: (app: CheckedApp) => {
      redactDefined(app, documentOptions)
      file.set(JSON.stringify(toOpenApi(app, documentOptions)))
    },
  }
  return makePlugin<DocumentNote>(parts, { document: { by: 'openapi', options: documentOptions } })
}

/** Redacts the credentials of schemes that middleware only names and the document defines. */
export function redactDefined(app: CheckedApp, { securitySchemes = {} }: OpenApiOptions): void {
  for (const scheme of Object.values(securitySchemes)) app.redact(scheme)
}

/** A second plugin of a kind, at another path, needs another name. */
export function toRouteName(name: string, path: string, usual: string): string {
  return path === usual ? name : `${name}${path.replaceAll(/[^A-Za-z\d]+/g, '_').replace(/_$/, '')}`
}

/** A text that is known at start, with headers for caches (RFC 9110 §13.1.2, RFC 9111 §5.2.2.4). */
export class ServedText {
  readonly #headers: Record<string, string>
  #text = ''

  constructor(mediaType: string, access: AccessRule, headers: Readonly<Record<string, string>> = {}) {
    // Shared caches keep only what everybody may read. All caches ask each time whether it has changed.
    const cache = access === 'public' ? 'public, no-cache' : 'private, no-cache'
    this.#headers = {
      'content-type': mediaType,
      'cache-control': cache,
      'x-content-type-options': 'nosniff',
      ...headers,
    }
  }

  set(text: string): void {
    this.#text = text
    this.#headers['etag'] = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  }

  answer(ifNoneMatch: string | undefined): Reply {
    const { 'content-type': _type, ...validators } = this.#headers
    if (ifNoneMatch !== undefined && matches(ifNoneMatch, this.#headers['etag'] ?? ''))
      return reply(304, undefined, validators)
    return reply(200, this.#text, this.#headers)
  }
}

/** Weak comparison, by RFC 9110 §13.1.2. */
function matches(header: string, etag: string): boolean {
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
