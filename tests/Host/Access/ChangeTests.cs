using DataHub.EventStore.Streams;
using DataHub.Host.Access;
using DataHub.Host.Storage;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Tests.Access;

/// <summary>Who may change what, over a hundred thousand random acts of honest and dishonest administrators, without a database.</summary>
public sealed class ChangeTests
{
    private const int Histories = 400;
    private const int ActsAHistory = 250;

    private static readonly SystemRole[] Administrators = [SystemRole.Auditor, SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator];

    [Fact]
    public void Register_AfterAHundredThousandRandomActs_KeepsRolesApartAndNeedsTwoPeople()
    {
        var done = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < Histories; seed++)
        {
            var town = new RandomTown(seed);
            for (var act = 0; act < ActsAHistory; act++)
            {
                var outcome = town.Act();
                done[outcome] = done.GetValueOrDefault(outcome) + 1;
            }

            town.RequireLawful();
        }

        // A walk that never gets anywhere would prove nothing.
        string[] wanted =
        [
            "proposed", "approved", "rejected", "withdrawn", "suspended", "OWN_PROPOSAL", "OWN_ACCOUNT", "CHANGE_DECIDED", "ROLE_REQUIRED", "PERSON_REQUIRED", "ROLES_SEPARATED", "ROLE_FOR_PERSONS",
            "ACCOUNT_STATE",
        ];
        Assert.All(wanted, outcome => Assert.True(done.GetValueOrDefault(outcome) >= 50, $"{outcome} only {done.GetValueOrDefault(outcome)} times"));
        Assert.Equal(Histories * ActsAHistory, done.Values.Sum());
    }

    [Fact]
    public void Replay_OfEveryStream_IsTheStateItsEventsLedTo()
    {
        var town = new RandomTown(seed: 330382);
        for (var act = 0; act < 2_000; act++)
        {
            town.Act();
        }

        town.RequireReplayable();
    }

    /// <summary>A register in memory, on which the production code decides, with administrators who try everything.</summary>
    private sealed class RandomTown
    {
        private readonly Random _random;
        private readonly AccessStreams _streams = new(new Kernel.HubName("qinghe"));
        private readonly Dictionary<string, Held<Account>> _accounts = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Held<Organisation>> _organisations = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Held<HeldGrant>> _grants = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Held<Change>> _changes = new(StringComparer.Ordinal);
        private readonly List<NewEvent> _history = [];
        private int _number;

        public RandomTown(int seed)
        {
            _random = new Random(seed);
            var act = new AccessAct(AccessAct.Folder, Now);
            Append([_streams.Event((Held<Organisation>?)null, new OrganisationRegistered(Offices.Bureau, "bureau", act))]);
            Append([_streams.Event((Held<Organisation>?)null, new OrganisationRegistered(Offices.Police, "police", act))]);
            Append(new ChangeEffects(_streams).Of(new ChangeContent { Accounts = Offices.Founders }, "", View, act));
            Append(new ChangeEffects(_streams).Of(new ChangeContent { Accounts = [Offices.Person("security-3", SystemRole.SecurityAdministrator), Offices.System("fep-1", SystemRole.Provider)] }, "", View, act));
        }

        private static DateTimeOffset Now => new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        private RegisterView View => new(_organisations, _accounts, _grants);

        /// <summary>One random act by a random account; what became of it.</summary>
        public string Act()
        {
            var who = Any(_accounts.Values.ToList()).State;
            try
            {
                return _random.Next(10) switch
                {
                    < 4 => Propose(who),
                    < 8 => Decide(who, (change, now) => change.Approve(who, now), "approved"),
                    8 when _random.Next(2) == 0 => Decide(who, (change, now) => change.Reject(who, "no", now), "rejected"),
                    8 => Decide(who, (change, now) => change.Withdraw(who, now), "withdrawn"),
                    _ => Suspend(who),
                };
            }
            catch (FaultException fault)
            {
                return fault.Code;
            }
        }

        /// <summary>The separation of roles, and that everything but stopping was let happen by two different persons who were allowed to at that moment.</summary>
        public void RequireLawful()
        {
            Assert.All(_accounts.Values, account => Assert.True(account.State.Roles.Count(Administrators.Contains) <= 1));
            Assert.All(_accounts.Values.Where(account => account.State.Kind is AccountKind.System), account => Assert.DoesNotContain(account.State.Roles, Administrators.Contains));
            var states = new Dictionary<string, Account>(StringComparer.Ordinal);
            var proposed = new Dictionary<string, ChangeProposed>(StringComparer.Ordinal);
            var approved = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var e in _history)
            {
                switch (e.Data)
                {
                    case ChangeProposed p:
                        Assert.True(states[p.Act.By].Is(SystemRole.SystemAdministrator) || states[p.Act.By].Is(SystemRole.SecurityAdministrator));
                        proposed.Add(p.Id, p);
                        break;
                    case ChangeApproved a:
                        var change = ((Change)e.State!).Proposed;
                        Assert.NotEqual(change.Act.By, a.Act.By);
                        Assert.DoesNotContain(a.Act.By, change.Content.AccountIds);
                        Assert.True(states[a.Act.By].Is(SystemRole.SecurityAdministrator) && states[a.Act.By].Kind is AccountKind.Person);
                        approved.Add(change.Id, a.Act.By);
                        break;
                    case AccountRegistered { Change: "" } or AccountSuspended or OrganisationEvent or ChangeEvent:
                        break;
                    default:
                        Assert.Equal(approved[ChangeOf(e.Data)], ((AccessEvent)e.Data).Act.By);
                        Assert.NotEqual(proposed[ChangeOf(e.Data)].Act.By, ((AccessEvent)e.Data).Act.By);
                        break;
                }

                if (e.State is Account account)
                {
                    states[account.Id] = account;
                }
            }
        }

        public void RequireReplayable()
        {
            foreach (var stream in _history.GroupBy(e => e.StreamId))
            {
                object? replayed = stream.First().StreamType switch
                {
                    "account" => Account.Replay(stream.Select(e => (AccountEvent)e.Data)),
                    "organisation" => Organisation.Replay(stream.Select(e => (OrganisationEvent)e.Data)),
                    "grant" => HeldGrant.Replay(stream.Select(e => (GrantEvent)e.Data)),
                    _ => Change.Replay(stream.Select(e => (ChangeEvent)e.Data)),
                };
                Assert.Equal(stream.Last().State, replayed);
            }
        }

        private static string ChangeOf(object data) => data switch
        {
            AccountRegistered e => e.Change,
            AccountRolesChanged e => e.Change,
            AccountResumed e => e.Change,
            AccountClosed e => e.Change,
            GrantMade e => e.Change,
            GrantRevoked e => e.Change,
            _ => throw new InvalidOperationException($"{data.GetType().Name} rests on no change."),
        };

        private string Propose(Account who)
        {
            var content = RandomContent();
            var change = Change.Propose($"c{++_number}", content, "because", who, Now);
            _ = new ChangeEffects(_streams).Of(content, change.Id, View, change.Act);
            Append([_streams.Event((Held<Change>?)null, change)]);
            return "proposed";
        }

        private string Decide(Account who, Func<Change, DateTimeOffset, ChangeEvent> decide, string outcome)
        {
            if (_changes.Count == 0)
            {
                return "nothing to decide";
            }

            // Mostly one that waits.
            var open = _changes.Values.Where(change => change.State.State is ChangeState.Proposed).ToList();
            var change = open.Count > 0 && _random.Next(8) > 0 ? Any(open) : Any(_changes.Values.ToList());
            var decided = decide(change.State, Now);
            IEnumerable<NewEvent> effects = decided is ChangeApproved ? new ChangeEffects(_streams).Of(change.State.Proposed.Content, change.State.Id, View, new AccessAct(who.Id, Now)) : [];
            Append([_streams.Event(change, decided), .. effects]);
            return outcome;
        }

        private string Suspend(Account who)
        {
            who.RequirePerson(SystemRole.SecurityAdministrator);
            var account = Any(_accounts.Values.ToList());
            if (account.State.IsAdministrator && _random.Next(4) > 0)
            {
                return "spared";
            }

            Append([_streams.Event(account, account.State.Suspend("because", new AccessAct(who.Id, Now)))]);
            return "suspended";
        }

        private ChangeContent RandomContent()
        {
            var id = Any(_accounts.Keys.ToList());
            return _random.Next(7) switch
            {
                0 => new ChangeContent { Accounts = [new ProposedAccount($"a{_random.Next(40)}", RandomKind, Offices.Bureau, RandomRoles(), Authority: null)] },
                1 => new ChangeContent { Accounts = [new ProposedAccount($"a{_random.Next(40)}", AccountKind.Person, Offices.Police, [SystemRole.SecurityAdministrator], Authority: null)] },
                2 or 3 => new ChangeContent { Roles = [new ProposedRoles(id, RandomRoles())] },
                4 => new ChangeContent { Resumed = [.. _accounts.Values.Where(account => account.State.State is AccountState.Suspended).Select(account => account.State.Id)] },
                5 when _grants.Count > 0 && _random.Next(2) == 0 => new ChangeContent { RevokedGrants = [Any(_grants.Keys.ToList())] },
                5 => new ChangeContent { Grants = [new ProposedGrant($"g{++_number}", Offices.Terms())] },
                _ when _random.Next(5) == 0 => new ChangeContent { Closed = [id] },
                _ => new ChangeContent { Roles = [new ProposedRoles(id, [Any(Administrators)])] },
            };
        }

        private AccountKind RandomKind => _random.Next(2) == 0 ? AccountKind.Person : AccountKind.System;

        private List<SystemRole> RandomRoles() => [.. Enum.GetValues<SystemRole>().Where(_ => _random.Next(4) == 0)];

        private T Any<T>(IReadOnlyList<T> things) => things[_random.Next(things.Count)];

        private void Append(IEnumerable<NewEvent> events)
        {
            foreach (var e in events)
            {
                _history.Add(e);
                var version = e.ExpectedVersion + 1;
                switch (e.State)
                {
                    case Account account:
                        _accounts[account.Id] = new Held<Account>(account, version);
                        break;
                    case Organisation organisation:
                        _organisations[organisation.Uscc] = new Held<Organisation>(organisation, version);
                        break;
                    case HeldGrant grant:
                        _grants[grant.Id] = new Held<HeldGrant>(grant, version);
                        break;
                    case Change change:
                        _changes[change.Id] = new Held<Change>(change, version);
                        break;
                }
            }
        }
    }
}
