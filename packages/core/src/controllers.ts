/**
 * Routes as methods of classes, by decorators.
 *
 * @module
 */
export {
  controller,
  controllerRoutes,
  del,
  get,
  head,
  patch,
  post,
  put,
  query,
  type HandlerDecorator,
} from './route/index.ts'
