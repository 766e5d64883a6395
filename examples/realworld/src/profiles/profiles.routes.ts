import { NotFoundError, router } from '@keelson/core'
import { signedIn } from '@keelson/auth'
import { AccountGone } from '../auth/account-gone.ts'
import { visitor } from '../auth/tokens.ts'
import { OwnFollower, params, ProfileAnswer } from './profiles.contract.ts'
import { ProfileService } from './profiles.service.ts'

const member = visitor.inject({ profiles: ProfileService })

const show = member.get(
  '/',
  { params, response: ProfileAnswer, errors: [NotFoundError], access: 'public' },
  async ({ params, profiles, user }) => ({ profile: await profiles.show(params.username, user) }),
)

const follow = member.post(
  '/follow',
  { params, response: ProfileAnswer, errors: [NotFoundError, OwnFollower, AccountGone], access: signedIn() },
  async ({ params, profiles, user }) => ({ profile: await profiles.follow(params.username, user) }),
)

const unfollow = member.delete(
  '/follow',
  { params, response: ProfileAnswer, errors: [NotFoundError], access: signedIn() },
  async ({ params, profiles, user }) => ({ profile: await profiles.unfollow(params.username, user) }),
)

export const profiles = router('/profiles/:username', { show, follow, unfollow })
