using System.Globalization;
using DataHub.Drills.Hostile.Attacks;
using DataHub.Drills.Store;
using DataHub.Kernel.Access;

namespace DataHub.Drills.Hostile;

/// <summary>
/// <c>drill hostile</c>: hostile clients, row by row of docs/security.md, against a hub in a process of its own, over mTLS, while honest clients work beside
/// them. Nothing honest may fail or slow down, the hub's memory stays bounded, and it is healthy afterwards.
/// </summary>
public static class HostileDrill
{
    private const int AttackersOfAKind = 20;
    private const int HonestConsumers = 5;

    /// <summary>Names of all rows.</summary>
    public static IReadOnlyList<string> Rows => [.. Attack.All.Select(attack => attack.Row)];

    /// <summary>Runs the drill.</summary>
    /// <param name="options">How.</param>
    /// <param name="attackerCommand">Name of the command under <c>drill</c> that runs <see cref="Attacker.RunAsync"/>.</param>
    /// <param name="progress">Told what a row came to as soon as it is over.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<DrillReport> RunAsync(HostileOptions options, string attackerCommand, Action<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        var folder = DrilledStore.NewFolder();
        try
        {
            return await RunAsync(Path.Combine(folder, "hub"), options, attackerCommand, progress, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<DrillReport> RunAsync(string dataFolder, HostileOptions options, string attackerCommand, Action<string> progress, CancellationToken cancellationToken)
    {
        await using var hub = await HubUnderAttack.StartAsync(dataFolder, options, cancellationToken);
        var systems = new DrillSystems(hub.Address, dataFolder);
        var credentials = await LetInAsync(systems, options, cancellationToken);
        await using var honest = await HonestClients.StartAsync(hub.Address, systems, credentials, options, cancellationToken);
        var health = new HubHealth(hub.Address, systems, credentials.Consumers[^1]);
        var losses = new List<string>();
        foreach (var attack in options.Rows.Count == 0 ? Attack.All : options.Rows.Select(Attack.Of))
        {
            var order = new AttackOrder(attack.Row, hub.Address, Path.GetDirectoryName(systems.RootsFile)!, options.Scale, options.Cases, options.AttackersShare);
            using var attackers = await AttackProcess.StartAsync(options, order, attackerCommand, cancellationToken);
            var result = await new HostileRow(attack, hub, honest, health, options).RunAsync(attackers, cancellationToken);
            result.Lines.ToList().ForEach(progress);
            losses.AddRange(result.Losses.Select(loss => string.Create(CultureInfo.InvariantCulture, $"{attack.Row}: {loss}")));
        }

        return new DrillReport([], losses);
    }

    private static async Task<HonestCredentials> LetInAsync(DrillSystems systems, HostileOptions options, CancellationToken cancellationToken)
    {
        var consumers = Named("honest-consumer", HonestConsumers, SystemRole.Consumer, DrillSystems.Honest);
        var publisher = new DrillAccount("honest-publisher", SystemRole.Provider, options.Resource.PublisherCode);
        await systems.RegisterAsync(
            [
                .. consumers, publisher,
                .. Named("attack-consumer", AttackersOfAKind, SystemRole.Consumer, DrillSystems.Hostile),
                .. Named("attack-provider", AttackersOfAKind, SystemRole.Provider, DrillSystems.Hostile),
            ],
            cancellationToken);
        systems.MakeExpired();
        return new HonestCredentials([.. consumers.Select(systems.CertificateOf)], systems.CertificateOf(publisher));
    }

    private static List<DrillAccount> Named(string name, int count, SystemRole role, string organisation) =>
        [.. Enumerable.Range(0, count).Select(i => new DrillAccount(string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"), role, organisation))];
}
