export { type ParallelOptions } from './parallel-bootstrap.ts';
export { parallelBootstrapMean } from './parallel-bootstrap-mean.ts';
export { parallelClusterBootstrap, type StatisticModule } from './parallel-cluster-bootstrap.ts';
export { workerPool, type WorkerPool } from './worker-pool.ts';
