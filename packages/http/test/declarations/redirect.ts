import { route } from '@keelson/core'
import { redirect, RedirectTargetError } from '@keelson/http'

export const moved = route.get('/moved', { access: 'public', response: { 308: null } }, () =>
  redirect('/orders', { status: 308 }),
)
export const next = route.get('/next', { access: 'public', errors: [RedirectTargetError] }, ({ url }) =>
  redirect(url),
)
