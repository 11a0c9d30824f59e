/** A socket that has a path instead of a port. */
import { connect } from 'node:net';

/** Whether somebody listens there: who has been killed leaves the path behind, and answers nobody. */
export async function isListenedTo(path: string): Promise<boolean> {
  const answered = Promise.withResolvers<boolean>();
  const socket = connect(path, () => answered.resolve(true));
  socket.once('error', () => answered.resolve(false));
  return await answered.promise.finally(() => socket.destroy());
}
