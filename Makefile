# DEngine. `make help` lists what there is. Needs the .NET SDK and make, nothing else.

CONFIGURATION := Release
EXAMPLE := examples/three-nodes-standalone
STAMP := dist/.built
SEEDS ?= 1-1000
FLIPS ?= 1-5000
ROUNDS ?= 20
KILL_ALL ?= 5
HISTORY ?= artifacts/rounds.jsonl

# Everything that an executable is made of; a change of any of it builds anew.
SOURCES := $(shell find core storage transport hosting server simulation \
	-type d \( -name bin -o -name obj \) -prune -o -type f \( -name '*.cs' -o -name '*.csproj' -o -path '*/Page/*' \) -print 2>/dev/null) \
	Directory.Build.props Directory.Packages.props global.json

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.DEFAULT_GOAL := build
.PHONY: build test tidy api format bench bench-snapshot bench-restart sweep bit-flips corpus mutants rounds clean help
.PHONY: start-cluster start-node1 start-node2 start-node3 join-node4 join-node5 clean-log-db perf-cluster

build: $(STAMP) ## the server and the simulator: dist/dengine, dist/dengine-sim

# The analyzers are left to `make test` and CI: here they would only make the first start slower.
PUBLISH := dotnet publish -c $(CONFIGURATION) -o dist --nologo -v quiet -p:RunAnalyzers=false \
	-p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false -p:IsTransformWebConfigDisabled=true

$(STAMP): $(SOURCES)
	@echo "Building the server and the simulator into dist/; the first time takes a minute or two ..."
	@$(PUBLISH) server/DEngine.Server.csproj
	@$(PUBLISH) simulation/CommandLine/dengine-sim.csproj
	@touch $@

test: ## every test; the last line is the total
	@build/test.sh

tidy: ## the tests of style, references, texts and public surface alone
	@build/test.sh tests/Tidy/DEngine.Tidy.csproj

api: ## rewrites docs/api from what is compiled
	@DENGINE_REWRITE=1 build/test.sh tests/Tidy/DEngine.Tidy.csproj

format: ## puts the sources into the house's format
	dotnet format DEngine.sln

sweep: build ## simulated runs under faults; SEEDS=1-1000
	dist/dengine-sim sweep --seeds $(SEEDS)

bit-flips: build ## single bits of a data directory turn over, one in each simulated run; FLIPS=1-5000; three minutes
	dist/dengine-sim flip-bits --seeds $(FLIPS)

corpus: build ## the seeds that the tests replay, chosen anew: tests/corpus/seeds.txt; two minutes
	dist/dengine-sim sweep --seeds 1-3000 --corpus tests/corpus/seeds.txt

mutants: ## puts known bugs in, one at a time; docs/mutation-score.md says which a sweep finds; MUTANTS="--only C1 --seeds 500"
	@dotnet run --project tests/MutantRunner -c $(CONFIGURATION) -p:RunAnalyzers=false -- $(MUTANTS)

rounds: ## kill -9 and restart of real nodes under load, judged; ROUNDS=20 VICTIMS=2 KILL_ALL=5 SEED= HISTORY=artifacts/rounds.jsonl
	@mkdir -p $(dir $(HISTORY))
	@DENGINE_ROUNDS=$(ROUNDS) DENGINE_KILL_ALL=$(KILL_ALL) DENGINE_VICTIMS=$(VICTIMS) DENGINE_SEED=$(SEED) DENGINE_HISTORY=$(HISTORY) \
		dotnet run --project tests/Server.Tests -c $(CONFIGURATION) -p:RunAnalyzers=false

bench: build ## load on three servers and on three embedded engines; then puts by persistence strategy; five minutes
	@dotnet run --project bench -c $(CONFIGURATION) -p:RunAnalyzers=false -- cluster dist/dengine
	@dotnet run --project bench -c $(CONFIGURATION) -p:RunAnalyzers=false -- strategies

bench-snapshot: build ## writers while 1 GiB is saved and installed; 10 GB of memory, 10 of disk; SNAPSHOT="--keys 400000 --seconds 10"
	@dotnet run --project bench -c $(CONFIGURATION) -p:RunAnalyzers=false -- snapshot dist/dengine $(SNAPSHOT)

bench-restart: build ## how long nodes take to serve again with 1,000,000 entries behind their snapshot; a minute or two
	@dotnet run --project bench -c $(CONFIGURATION) -p:RunAnalyzers=false -- restart dist/dengine

start-cluster: build ## three nodes in the foreground; Ctrl+C stops all three; STORAGE=faster
start-node1 start-node2 start-node3: build ## one node in the foreground
join-node4 join-node5: build ## one more node for a running cluster
perf-cluster: build ## load on a running cluster
clean-log-db: ## removes the example's logs and data

start-cluster start-node1 start-node2 start-node3 join-node4 join-node5 perf-cluster clean-log-db:
	@$(MAKE) --no-print-directory -C $(EXAMPLE) $@

clean: ## removes what was built, and the example's logs and data
	@if [ -f $(EXAMPLE)/Makefile ]; then $(MAKE) --no-print-directory -C $(EXAMPLE) clean-log-db; fi
	rm -rf dist artifacts
	find . -type d \( -name bin -o -name obj -o -name TestResults \) -not -path './.git/*' -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9 -]+:.*## / { printf "  make %-42s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
