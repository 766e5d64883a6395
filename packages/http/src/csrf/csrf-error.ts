import { defineError } from '@keelson/core'

/** `ERR_HTTP_CSRF`, 403: a page of another site may have had the browser send a request. Its message says what told so. */
export const CsrfError = defineError('ERR_HTTP_CSRF', {
  name: 'CsrfError',
  status: 403,
  title: 'The request may come from a page of another site',
})
