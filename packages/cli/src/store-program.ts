import type { Command } from 'commander';

import type { Console } from './console.ts';

/** Adds `assize store` and its commands to the program; what they do is loaded when one is called. */
export function addStoreCommands(program: Command, surroundings: () => Console, done: (code: number) => void): void {
  const store = program
    .command('store')
    .description('look after the runs that are kept: list, verify, repair, back up, erase');
  const add = (words: string, what: string): Command =>
    store
      .command(words)
      .description(what)
      .option('--store <dir>', 'the folder of runs, `out` of a configuration (default: .assize)')
      .option('--json', 'print JSON, and nothing else');

  add('list', 'list the runs').action(async (options: Record<string, unknown>) => {
    const { storeListCommand } = await import('./store-command.ts');
    done(await storeListCommand(options, surroundings()));
  });
  add('verify', 'prove every byte of the journals, and list what is damaged')
    .argument('[run]', 'only this run')
    .addHelpText('after', '\nExit: 0 whole, 2 no such run, 3 damaged.')
    .action(async (run: string | undefined, options: Record<string, unknown>) => {
      const { storeVerifyCommand } = await import('./store-command.ts');
      done(await storeVerifyCommand(run, options, surroundings()));
    });
  add('repair', 'write what is whole of a damaged run anew; the damaged journal is kept')
    .argument('<run>', 'which run')
    .option('--accept-loss', 'go on without records that are lost: a resume asks and pays for them again')
    .addHelpText('after', '\nExit: 0 whole or repaired, 3 records are lost and --accept-loss is not given.')
    .action(async (run: string, options: Record<string, unknown>) => {
      const { storeRepairCommand } = await import('./store-command.ts');
      done(await storeRepairCommand(run, options, surroundings()));
    });
  add('backup', 'copy the runs into a new folder, also while some are under way')
    .argument('<dir>', 'a folder that does not exist yet')
    .action(async (target: string, options: Record<string, unknown>) => {
      const { storeBackupCommand } = await import('./store-command.ts');
      done(await storeBackupCommand(target, options, surroundings()));
    });
  add('erase', 'erase what is kept of one item or subject, and say what remains')
    .argument('[run]', 'only this run')
    .option('--all', 'all runs')
    .option('--item <id>', 'an item, by its id')
    .option('--subject <id>', 'the items whose id is this, or begins with this and a slash')
    .option(
      '--mention <text>',
      'a text that gives the subject away in replies on other items; may be given again',
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .addHelpText(
      'after',
      `
Examples:
  assize store erase --all --item question-17
  assize store erase --all --subject person-7 --mention "Ann Lee"

Nothing may run in the store meanwhile. It cannot be undone, except from a backup.`,
    )
    .action(async (run: string | undefined, options: Record<string, unknown>) => {
      const { storeEraseCommand } = await import('./store-command.ts');
      done(await storeEraseCommand(run, options, surroundings()));
    });
}
