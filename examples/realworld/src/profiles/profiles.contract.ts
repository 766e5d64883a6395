import { defineError, t, type Static } from '@keelson/core'
import { Users } from '../users/users.table.ts'

const { username, bio, image } = Users.row.properties

/** What others see of a user. */
export const Profile = t.Object({ username, bio, image, following: t.Boolean() }, { $id: 'Profile' })
export type Profile = Static<typeof Profile>
export const ProfileAnswer = t.Object({ profile: Profile })

export const params = { username }

export const OwnFollower = defineError('OWN_FOLLOWER', { status: 422, title: 'Nobody follows themselves' })
