import { defineProject } from 'vitest/config';

// Without `module`: the ES build of @opentelemetry/api imports without extensions, which Node cannot follow.
const conditions = ['@assize/source', 'node', 'development|production'];
export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name: '@assize/trace-otel' },
});
