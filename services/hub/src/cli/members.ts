// `npm run members -- …`: what an operator decides about members, from the command line. Reads the hub's own settings.
import { thisProcess } from '@practice-exchange/platform';
import { membersCommand } from './members-command.ts';

process.exitCode = await membersCommand(thisProcess);
