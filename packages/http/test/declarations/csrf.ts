import { route } from '@keelson/core'
import { csrf } from '@keelson/http'

export const signIn = route.post('/session', { access: 'public', use: [csrf()] }, () => 'welcome')
export const page = route.use(csrf({ token: { field: 'csrf' }, origins: ['https://app.example'] }))
export const show = page.get('/form', { access: 'public' }, ({ csrfToken }) => csrfToken())
