/**
 * HTML that escapes what it shows.
 *
 * @module
 */
export { html, trustedHtml, type Html, type HtmlValue } from './html.ts'
export { htmlReply, type HtmlReplyOptions } from './html-reply.ts'
