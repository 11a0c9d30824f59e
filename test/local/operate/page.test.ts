/** `npm run page` as an operator runs it. */
import { expect, test } from '@jest/globals';
import { operate } from '../../support/operate.ts';

test('what cannot be shown is said in one line, and -h tells how it is used', async () => {
  const [help, ...refused] = await Promise.all([
    operate('page', ['-h', '--env']),
    operate('page', []),
    operate('page', ['--env', 'nowhere']),
    operate('page', ['--env', 'dev', '--api', 'https://bars.example.com/v1']),
  ]);
  expect(help).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: npm run page -- --env NAME/) });
  expect(refused).toEqual(
    [
      'whose page? Give --env NAME; that of a pipeline on this machine is where npm start says',
      expect.stringMatching(/^environment 'nowhere' is unknown: use one of dev, prod.*$/),
      "--api 'https://bars.example.com/v1' is no address of an API: use one such as https://bars.example.com",
    ].map(errors => ({ code: 2, out: '', errors })),
  );
});
