import {
  NotFoundError,
  route,
  type AccessRule,
  type CheckedApp,
  type Plugin,
  type Route,
} from '@keelson/core'
import { callSite, checkOptions } from '@keelson/core/options'
import { makePlugin, writtenBy } from '@keelson/core/spi'
import type { DocsOptions, OpenApiServer } from './contract.ts'
import { DOCS_OPTIONS } from './option-tables.ts'
import { redactDefined, ServedText, toRouteName } from './openapi.ts'
import { PAGE_FILES } from './page-files.ts'
import type { DocumentNote } from './served-document.ts'
import { toOpenApi } from './to-open-api.ts'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/**
 * Serves an interactive reference of the app: every operation by tag, its parameters, bodies and answers, schemas, and a
 * form that sends real requests with the credentials that a reader enters. All files come from this server, under a
 * Content-Security-Policy that allows no other: no inline script, no font of another server, no frame.
 *
 * @throws {SetupError} at start, like `toOpenApi`
 * @example
 * createApp({ routes: { orders }, plugins: [docs({ access: 'public' })] })
 */
export function docs(options: DocsOptions): Plugin {
  checkOptions(DOCS_OPTIONS, options, { name: 'docs', below: docs })
  const { access, path = '/docs', ...documentOptions } = options
  const prefix = path === '/' ? '' : path.replace(/\/$/, '')
  const headers = pageHeaders(options.servers ?? [])
  // Its links are relative to the requested path, which may end in a slash.
  const page = new ServedText('text/html; charset=utf-8', access, headers)
  const pageAtSlash = new ServedText('text/html; charset=utf-8', access, headers)
  const files = new Map(Object.entries(PAGE_FILES).map(([name, text]) => [name, fileOf(name, text, access)]))
  const document = new ServedText('application/json', access)
  files.set('openapi.json', document)
  const settings = { access, hidden: true } as const
  const source = callSite(docs)
  const by = <T extends Route>(one: T): T => writtenBy(`docs() in ${source() ?? 'the app'}`, one)
  const parts: Parameters<typeof makePlugin>[0] = {
    name: `docs ${path}`,
    setup: (app) =>
      app.routes({
        [toRouteName('docs', path, '/docs')]: {
          page: by(
            route.get(path, settings, (ctx) =>
              (ctx.path.endsWith('/') ? pageAtSlash : page).answer(ctx.header('if-none-match')),
            ),
          ),
          file: by(
            route.get(`${prefix}/:file`, { ...settings, errors: [NotFoundError] }, (ctx) => {
              const file = files.get(ctx.params['file'] as string)
              if (file === undefined) throw new NotFoundError('The docs page has no such file.')
              return file.answer(ctx.header('if-none-match'))
            }),
          ),
        },
      }),
    check: (app: CheckedApp) => {
      redactDefined(app, documentOptions)
      const written = toOpenApi(app, documentOptions)
      document.set(JSON.stringify(written))
      page.set(toHtml(written.info.title, prefix.slice(prefix.lastIndexOf('/') + 1)))
      pageAtSlash.set(toHtml(written.info.title, ''))
    },
  }
  return makePlugin<DocumentNote>(parts, { document: { by: 'docs', options: documentOptions } })
}

function fileOf(name: string, text: string, access: AccessRule): ServedText {
  const file = new ServedText(MEDIA_TYPES[name.slice(name.lastIndexOf('.') + 1)] as string, access)
  file.set(text)
  return file
}

/** Only this server's files, and requests to the API's servers. */
function pageHeaders(servers: readonly OpenApiServer[]): Record<string, string> {
  const origins = servers.flatMap(urlsOf).flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : []))
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...new Set(origins)].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]
  return { 'content-security-policy': policy.join('; '), 'referrer-policy': 'no-referrer' }
}

/** A server's URL with each value that its variables may have. */
function urlsOf({ url, variables = {} }: OpenApiServer): string[] {
  return Object.entries(variables).reduce(
    (urls, [name, { default: initial, enum: values = [] }]) =>
      urls.flatMap((one) => [initial, ...values].map((value) => one.replaceAll(`{${name}}`, value))),
    [url],
  )
}

/** Links are relative, so that the page works below a proxy's prefix. */
function toHtml(title: string, folder: string): string {
  const at = folder === '' ? '.' : `./${folder}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${escapeHtml(at)}/docs.css">
<script type="module" src="${escapeHtml(at)}/main.js"></script>
</head>
<body>
<a class="skip" href="#app">Skip to the content</a>
<div class="page">
<nav id="nav" aria-label="Operations"></nav>
<main id="app" data-document="${escapeHtml(at)}/openapi.json"><p>Loading…</p><noscript><p>This page needs JavaScript. The document itself is <a href="${escapeHtml(at)}/openapi.json">openapi.json</a>.</p></noscript></main>
</div>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
