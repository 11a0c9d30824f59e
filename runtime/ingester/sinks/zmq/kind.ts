/** The sink `zmq`: envelopes to ZeroMQ's subscribers. */
import { EnvironmentError } from '../../../platform/env.ts';
import { codeOf } from '../../../platform/error-code.ts';
import { amount, flag } from '../../../platform/setting.ts';
import { zmqEnv as name, sinkEnv } from '../../../platform/sink-names.ts';
import type { Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';
import { AT_ONCE } from '../stdout/kind.ts';
import { NoZeroMq, ZmqPublisher } from './zmq.ts';

export interface ZmqConfig {
  readonly taking: Taking;
  readonly endpoint: string;
  /** Subscribers connect to it; otherwise they listen and it connects. */
  readonly bind: boolean;
  /** 0: that of ZeroMQ. */
  readonly sendHighWaterMark: number;
  readonly topicPrefix: string;
}

export const zmq: Kind<ZmqConfig> = {
  config: env => ({
    taking: takingIn(env, 'zmq', 4_096),
    endpoint: env.parsed(name.endpoint, {
      purpose: 'is where events of the sink `zmq` go',
      takes: '`tcp://<host>:<port>` or `ipc://<path>`',
      fallback: 'tcp://127.0.0.1:5556',
      read: text => {
        const [, port] = /^tcp:\/\/[^\s:/]+:(\d+|\*)$/.exec(text) ?? [];
        // ZeroMQ would take the rest of a larger port by 65536.
        if (port === '*' || (Number(port) > 0 && Number(port) < 65_536) || /^ipc:\/\/\S+$/.test(text))
          return text;
        throw new RangeError(`'${text}' is no endpoint: use tcp://127.0.0.1:5556 or ipc://<path>`);
      },
    }),
    bind: env.setting(bind),
    sendHighWaterMark: env.setting(sendHighWaterMark),
    topicPrefix: env.text(name.topicPrefix, {
      purpose: 'stands before every topic of the sink `zmq`',
      fallback: '',
      otherwise: 'nothing',
    }),
  }),
  async open(config, { envelopeOf: lineOf }) {
    const outlet = await ZmqPublisher.open({ ...config, lineOf }).catch(error => {
      throw new EnvironmentError([faultOf(config, error)]);
    });
    return { ...AT_ONCE, outlet };
  },
};

function faultOf({ endpoint }: ZmqConfig, cause: unknown): string {
  if (cause instanceof NoZeroMq) return `${sinkEnv.sink}: zmq ${cause.message}`;
  const fault = `'${endpoint}' cannot be used (${codeOf(cause)}): use one that is free, or let subscribers have it (${name.bind}=false)`;
  return `${name.endpoint}: ${fault}`;
}

const bind = flag({
  variable: name.bind,
  purpose: 'lets subscribers connect to the endpoint, which otherwise is theirs',
  fallback: false,
});
const sendHighWaterMark = amount({
  variable: name.sendHighWaterMark,
  purpose: 'is how many events ZeroMQ holds for a subscriber',
  ...{ min: 0, max: 10_000_000, whole: true, fallback: 0, otherwise: 'that of ZeroMQ, 1000' },
});
