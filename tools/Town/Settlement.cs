using Bogus;
using DataHub.Town.Entities;
using DataHub.Town.Insurance;
using DataHub.Town.People;
using DataHub.Town.Property;

namespace DataHub.Town;

/// <summary>The whole town before anything is written.</summary>
internal sealed record Settlement(
    IReadOnlyList<Resident> Residents,
    IReadOnlyList<LegalEntity> Entities,
    IReadOnlyList<PropertyRight> Rights,
    IReadOnlyList<Participation> Participations,
    TownPerson Stranger)
{
    // For each hundred residents.
    private const int EntitiesPerHundred = 3;
    private const int RightsPerHundred = 30;
    private const int SpellsPerHundred = 60;

    // The agency is a month behind its monthly cycle, so that answers from its data are stale.
    private const int InsuranceLagDays = 60;

    public static DateOnly InsuranceAsOf(DateOnly today) => today.AddDays(-InsuranceLagDays);

    /// <summary>Builds it. Each part has randomness of its own, so that a change in one hardly moves the others.</summary>
    public static Settlement Build(TownOptions options)
    {
        var (count, today) = (options.Residents, options.Today);
        var random = Part(0);
        var addresses = new AddressBook(random);
        var census = new Census(random, new NameBook(random), addresses, today);
        Household[] households = [.. census.Households(count)];
        var stranger = census.Stranger();
        Resident[] residents = [.. households.SelectMany(h => h.Members)];
        LegalEntity[] entities = [.. new BusinessRegister(Part(1), addresses, today).Entities(count * EntitiesPerHundred / 100, residents)];
        var rights = new PropertyRegister(Part(2), addresses, today).Rights(count * RightsPerHundred / 100, households, entities);
        var spells = new InsuranceAgency(Part(3), entities, InsuranceAsOf(today)).Participations(count * SpellsPerHundred / 100, residents);
        return new Settlement(residents, entities, [.. rights], [.. spells], stranger);

        Randomizer Part(int number) => options.Randomness(number);
    }
}
