// Decides requests as IAM would: reads { principals, boundaries, policies, requests } from stdin and
// answers an array with a result for each request, and the statements that decided it.
//
// `principals` names each principal's policies, `boundaries` limit all principals, and `policies` are
// those of resources, which belong to `account`. A request has a principal, an action, a resource, a
// context and perhaps the name of the resource's policy.

import { text } from "node:stream/consumers";

import { runSimulation } from "@cloud-copilot/iam-simulate";

const { principals, account, boundaries, policies, requests } = JSON.parse(await text(process.stdin));

const answers = [];
for (const asked of requests) {
  answers.push(await decided(asked));
}
process.stdout.write(JSON.stringify(answers));

async function decided({ principal, action, resource, context, policy }) {
  const { arn, identityPolicies } = principals[principal];
  const simulation = await runSimulation(
    {
      request: {
        principal: arn,
        action,
        resource: { resource, accountId: account },
        contextVariables: context,
      },
      identityPolicies,
      permissionBoundaryPolicies: boundaries,
      resourcePolicy: policy && policies[policy],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (simulation.resultType === "error") {
    throw new Error(`${action} on ${resource}: ${JSON.stringify(simulation.errors)}`);
  }
  const analyses = (simulation.results ?? [simulation.result]).map((one) => one.analysis);
  return { result: simulation.overallResult, by: analyses.flatMap(statements) };
}

function statements({ result, identityAnalysis, resourceAnalysis }) {
  const kind = { Allowed: "allowStatements", ExplicitlyDenied: "denyStatements" }[result];
  return [identityAnalysis, resourceAnalysis]
    .flatMap((analysis) => analysis?.[kind] ?? [])
    .map(({ policyId, statement }) => `${policyId ?? "resource"}/${statement.sid() ?? statement.index()}`);
}
