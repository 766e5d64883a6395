// Where an app and what serves it are put together.
import { Application, type App } from './app/index.ts'
import { checkOptions, laterPlaceOf } from './errors/index.ts'
import type { RoutesFit, RouteTree } from './route/index.ts'
import { APP_OPTIONS, httpTransports, type AppOptions } from './server/index.ts'

/**
 * Puts an app together. Nothing is connected before `start`, `listen` or `fetch`.
 *
 * @throws {SetupError} when a plugin's set-up fails or an option is wrong
 * @example
 * const app = createApp({ name: 'shop', routes: { orders }, plugins: [mailer(smtpUrl)] })
 * const { urls } = await app.listen({ port: 3000 })
 */
export function createApp<const TRoutes extends RouteTree>(
  options: AppOptions<TRoutes> & RoutesFit<TRoutes>,
): App<TRoutes> {
  checkOptions(APP_OPTIONS, options, { name: 'createApp', below: createApp })
  return new Application(options, httpTransports(options, laterPlaceOf('createApp', createApp)))
}
