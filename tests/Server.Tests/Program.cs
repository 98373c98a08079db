using DEngine.Server.Tests.Rounds;

// What `make rounds` runs: the test without the test runner, so that each round is seen when it is over.
RoundsPlan plan = RoundsPlan.FromEnvironment();
string history = plan.HistoryPath ?? "rounds.jsonl";
await using RoundsRun run = new(plan, Console.WriteLine);
Judgement judgement = await run.RunAsync(history);
Console.WriteLine($"The history is in {history}");
return judgement.IsGood ? 0 : 1;
