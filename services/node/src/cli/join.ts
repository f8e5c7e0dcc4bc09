// `npm run join -- …`: joining the network and looking after keys, from the command line. Reads the node's own settings.
import { thisProcess } from '@practice-exchange/platform';
import { joinCommand } from './join-command.ts';

process.exitCode = await joinCommand(thisProcess);
