/**
 * Pages of a list: by cursor, or by offset.
 *
 * @module
 */
export { InvalidCursorError } from '@keelson/core'
export { cursors, type Cursors, type CursorsOptions } from './cursors.ts'
export { links } from './links.ts'
export {
  offsetPage,
  offsetPageOf,
  type OffsetPage,
  type OffsetPageOptions,
  type OffsetPageQuery,
} from './offset-page.ts'
export { page, pageOf, type PageOptions, type PageProperties, type PageQuerySchema } from './page.ts'
