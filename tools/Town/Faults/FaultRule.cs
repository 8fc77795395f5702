using DataHub.Town.Files;

namespace DataHub.Town.Faults;

/// <summary>A way to spoil a row.</summary>
/// <param name="Kind">What is wrong afterwards.</param>
/// <param name="Outcome">What a correct hub does with the row.</param>
/// <param name="Fits">True for good rows that can be spoilt so.</param>
/// <param name="Apply">Spoils a row; the number varies where and how, and the same number does the same.</param>
internal sealed record FaultRule(TownFaultKind Kind, TownFaultOutcome Outcome, Func<Row, bool> Fits, Action<Row, int> Apply);
