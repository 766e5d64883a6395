import { route } from '@keelson/core'
import { quotas } from '@keelson/http'

const size = { limit: 5, windowMs: 900_000 }
const guarded = route.use(quotas({ passwords: size })).use(quotas({ mails: size }, { as: 'sending' }))

guarded.get('/', { access: 'public' }, async ({ quotas: given, sending }) => {
  const done: void = await given.passwords.take('ann', 2)
  await sending.mails.giveBack('ann')
  // @ts-expect-error -- it is one of the other
  await given.mails.take('ann')
  // @ts-expect-error -- a key is a text
  await given.passwords.take(7)
  return done
})

// @ts-expect-error -- a quota has a window
quotas({ passwords: { limit: 5 } })
