/** The sink `zmq`: envelopes to ZeroMQ's subscribers. */
import { EnvironmentError } from '../../../platform/env.ts';
import { codeOf } from '../../../platform/error-code.ts';
import { amount, flag } from '../../../platform/setting.ts';
import { zmqEnv as name, sinkEnv } from '../../../platform/sink-names.ts';
import { AT_ONCE, type Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';
import { endpointForm, endpointIn, isAnyFree } from './endpoint.ts';
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
  config(env) {
    const config = {
      taking: takingIn(env, 'zmq', 4_096),
      endpoint: env.parsed(name.endpoint, {
        purpose: 'is where events of the sink `zmq` go',
        takes: endpointForm,
        fallback: 'tcp://127.0.0.1:5556',
        read: endpointIn,
      }),
      bind: env.setting(bind),
      sendHighWaterMark: env.setting(sendHighWaterMark),
      topicPrefix: env.text(name.topicPrefix, {
        purpose: 'stands before every topic of the sink `zmq`',
        fallback: '',
        otherwise: 'nothing',
      }),
    };
    if (!config.bind && isAnyFree(config.endpoint))
      env.problems.push(
        `${name.endpoint}: '${config.endpoint}' is nowhere to connect to: name host and port of who listens, or let subscribers connect (${name.bind}=true)`,
      );
    return config;
  },
  async open(config, { envelopeOf: lineOf }) {
    const outlet = await ZmqPublisher.open({ ...config, lineOf }).catch(error => {
      throw new EnvironmentError([faultOf(config, error)]);
    });
    return { ...AT_ONCE, outlet };
  },
};

function faultOf({ endpoint, bind }: ZmqConfig, cause: unknown): string {
  if (cause instanceof NoZeroMq) return `${sinkEnv.sink}: zmq ${cause.message}`;
  const remedy = bind
    ? `use one that is free, or let subscribers have it (${name.bind}=false)`
    : 'use another';
  return `${name.endpoint}: '${endpoint}' cannot be used (${codeOf(cause)}): ${remedy}`;
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
