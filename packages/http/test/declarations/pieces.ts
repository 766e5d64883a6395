import { route } from '@keelson/core'
import { cacheControl, fileName } from '@keelson/http'

export const cached = cacheControl({ public: true, maxAge: 60 })
export const report = route.get('/report', { access: 'public', use: [cached] }, () => fileName('report.pdf'))
