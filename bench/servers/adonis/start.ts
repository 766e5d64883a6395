// An AdonisJS application of one file: what its starter kit for APIs spreads over adonisrc, config and start.
import { Ignitor } from '@adonisjs/core'
import { defineConfig as defineBodyParser } from '@adonisjs/core/bodyparser'
import { defineConfig as defineEncryption, drivers } from '@adonisjs/core/encryption'
import { defineConfig as defineHttp, type Router, type Server } from '@adonisjs/core/http'
import type { ApplicationService } from '@adonisjs/core/types'

/** Starts an application with these routes, and with the body parser where they need it. */
export async function startAdonis(routes: (router: Router) => void, withBodies: boolean): Promise<void> {
  process.env['HOST'] = '127.0.0.1'
  const ignitor = new Ignitor(new URL('.', import.meta.url), {
    importer: (path) => import(path) as Promise<unknown>,
  })
  ignitor.tap((app) => configure(app, routes, withBodies))
  await ignitor.httpServer().start()
}

function configure(app: ApplicationService, routes: (router: Router) => void, withBodies: boolean): void {
  app.rcContents({
    typescript: false,
    providers: [
      () => import('@adonisjs/core/providers/app_provider'),
      () => import('@adonisjs/core/providers/vinejs_provider'),
    ],
    preloads: [],
  })
  app.useConfig({
    app: { http: defineHttp({}) },
    encryption: defineEncryption({
      default: 'gcm',
      list: { gcm: drivers.aes256gcm({ id: 'gcm', keys: ['0123456789abcdef0123456789abcdef'] }) },
    }),
    logger: { default: 'app', loggers: { app: { enabled: false, name: 'bench', level: 'info' } } },
    bodyparser: defineBodyParser({}),
  })
  void app.booted(async () => {
    const server: Server = await app.container.make('server')
    if (withBodies) server.use([() => import('@adonisjs/core/bodyparser_middleware')])
    routes(await app.container.make('router'))
  })
}
