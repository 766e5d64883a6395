/**
 * HTML that escapes what it shows.
 *
 * @module
 */
export { html, trustedHtml, type Html } from './html.ts'
export { htmlReply, type HtmlReplyOptions } from './html-reply.ts'
