import { reply, route, router } from '@keelson/core'
import { PasswordRefusedError, signedIn } from '@keelson/auth'
import { AccountGone } from '../auth/account-gone.ts'
import { visitor } from '../auth/tokens.ts'
import { bodyOf } from '../body-of.ts'
import {
  LoginUser,
  NewUser,
  NothingToChange,
  UnfitUsername,
  UserAnswer,
  UserChange,
  WrongCredentials,
} from './users.contract.ts'
import { UserService } from './users.service.ts'
import { EmailTaken, UsernameTaken } from './users.table.ts'

// No token is read here: a client that signs in may still send one that has ended.
const anybody = route.inject({ users: UserService })
const member = visitor.inject({ users: UserService })

const register = anybody.post(
  '/',
  {
    ...bodyOf('user', NewUser),
    response: { 201: UserAnswer },
    errors: [UsernameTaken, EmailTaken, UnfitUsername, PasswordRefusedError],
    access: 'public',
    acknowledge: { 'deploy-public-write': 'Anybody may sign up.' },
  },
  async ({ body, users }) => reply(201, { user: await users.register(body.user) }),
)

const logIn = anybody.post(
  '/login',
  {
    ...bodyOf('user', LoginUser),
    response: UserAnswer,
    errors: [WrongCredentials],
    access: 'public',
    acknowledge: { 'deploy-public-write': 'Who signs in is nobody yet.' },
  },
  async ({ body, users }) => ({ user: await users.logIn(body.user) }),
)

const show = member.get(
  '/',
  { response: UserAnswer, errors: [AccountGone], access: signedIn() },
  async ({ user, users }) => ({ user: await users.show(user) }),
)

const change = member.put(
  '/',
  {
    ...bodyOf('user', UserChange),
    response: UserAnswer,
    errors: [AccountGone, UsernameTaken, EmailTaken, UnfitUsername, NothingToChange, PasswordRefusedError],
    access: signedIn(),
  },
  async ({ user, body, users }) => ({ user: await users.change(user, body.user) }),
)

export const users = router('/users', { register, logIn })
/** The user who calls. */
export const user = router('/user', { show, change })
