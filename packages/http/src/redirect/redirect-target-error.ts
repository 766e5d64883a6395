import { defineError } from '@keelson/core'

/**
 * `ERR_HTTP_REDIRECT_TARGET`, 400: a redirect was asked to lead where it may not. A route that redirects to what clients say lists it in
 * its `errors`, or gives a `fallback`.
 */
export const RedirectTargetError = defineError('ERR_HTTP_REDIRECT_TARGET', {
  name: 'RedirectTargetError',
  status: 400,
  title: 'The target of the redirect is not allowed',
})
