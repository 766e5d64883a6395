/**
 * HTML that escapes what it shows.
 *
 * @module
 */
export { Html, html, trustedHtml, type HtmlValue } from './html.ts'
export { htmlReply, type HtmlReplyOptions } from './html-reply.ts'
